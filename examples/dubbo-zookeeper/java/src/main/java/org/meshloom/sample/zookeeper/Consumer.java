package org.meshloom.sample.zookeeper;

import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Asks ZooKeeper who has the stock, and calls it five times. */
public final class Consumer {
    public static void main(String[] arguments) throws InterruptedException {
        ApplicationConfig application = new ApplicationConfig("stock-consumer");
        application.setQosEnable(false);
        ReferenceConfig<StockService> reference = new ReferenceConfig<>();
        reference.setInterface(StockService.class);
        DubboBootstrap.getInstance()
                .application(application)
                .registry(new RegistryConfig("zookeeper://127.0.0.1:2181"))
                .reference(reference)
                .start();
        StockService stock = reference.get();

        for (int call = 1; call <= 5; call++) {
            String article = call % 2 == 1 ? "pencil" : "rubber";
            System.out.println(article + ": " + stock.count(article) + " pieces");
            Thread.sleep(200);
        }
        System.exit(0);
    }
}
