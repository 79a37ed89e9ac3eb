package org.meshloom.sample;

import java.util.Date;
import java.util.concurrent.CountDownLatch;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.rpc.RpcContext;

/** Greets whoever calls on port 20880. */
public final class Provider implements GreetingService {
    @Override
    public Greeting greet(Visitor visitor) {
        System.out.println(visitor.getName() + " calls from " + RpcContext.getContext().getRemoteAddressString());
        return new Greeting("Hello, " + visitor.getName() + ", this is visit " + visitor.getVisits(), new Date());
    }

    public static void main(String[] arguments) throws InterruptedException {
        ApplicationConfig application = new ApplicationConfig("greeting-provider");
        application.setQosEnable(false);
        ServiceConfig<GreetingService> service = new ServiceConfig<>();
        service.setApplication(application);
        service.setRegistry(new RegistryConfig(RegistryConfig.NO_AVAILABLE));
        service.setProtocol(new ProtocolConfig("dubbo", 20880));
        service.setInterface(GreetingService.class);
        service.setRef(new Provider());
        service.export();
        System.out.println("the provider listens on port 20880");
        new CountDownLatch(1).await();
    }
}
