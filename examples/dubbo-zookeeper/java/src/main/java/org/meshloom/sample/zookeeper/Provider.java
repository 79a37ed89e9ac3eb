package org.meshloom.sample.zookeeper;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import org.apache.dubbo.rpc.RpcContext;

/** Knows the stock, listens on port 20880, and registers itself in ZooKeeper. */
public final class Provider implements StockService {
    private static final Map<String, Integer> STOCK = Map.of("pencil", 120, "rubber", 7);

    @Override
    public int count(String article) {
        System.out.println("asked for " + article + " from " + RpcContext.getContext().getRemoteAddressString());
        return STOCK.getOrDefault(article, 0);
    }

    public static void main(String[] arguments) throws InterruptedException {
        ApplicationConfig application = new ApplicationConfig("stock-provider");
        application.setQosEnable(false);
        ServiceConfig<StockService> service = new ServiceConfig<>();
        service.setInterface(StockService.class);
        service.setRef(new Provider());
        DubboBootstrap.getInstance()
                .application(application)
                .registry(new RegistryConfig("zookeeper://127.0.0.1:2181"))
                .protocol(new ProtocolConfig("dubbo", 20880))
                .service(service)
                .start();
        System.out.println("the provider listens on port 20880");
        new CountDownLatch(1).await();
    }
}
