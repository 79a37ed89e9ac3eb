package org.meshloom.interop.provider;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.meshloom.interop.Callback;
import org.meshloom.interop.Options;
import org.meshloom.interop.api.CallService;
import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.FailingService;
import org.meshloom.interop.api.TickerService;
import org.meshloom.interop.api.VariantService;

/** `Provider --port N [--name TEXT] [--heartbeat MILLISECONDS]`: all services on one port, without a registry. */
public final class Provider {
    private final ApplicationConfig application = new ApplicationConfig("meshloom-interop-provider");
    private final ProtocolConfig protocol;

    Provider(String protocolName, int port, int heartbeat) {
        application.setQosEnable(false);
        protocol = new ProtocolConfig(protocolName, port);
        protocol.setHeartbeat(heartbeat);
        // 3.3 refuses what is not in this list; older versions do not know it.
        protocol.setParameters(Map.of("prefer.serialization", "fastjson2,hessian2"));
        // 3.3 exports a service for metadata even where nobody asks for any: on the same port, so that no other is taken.
        System.setProperty("dubbo.application.metadata-service-port", "" + port);
    }

    <T> ServiceConfig<T> service(Class<T> type, T implementation) {
        ServiceConfig<T> service = new ServiceConfig<>();
        service.setApplication(application);
        service.setRegistry(new RegistryConfig(RegistryConfig.NO_AVAILABLE));
        service.setProtocol(protocol);
        service.setInterface(type);
        service.setRef(implementation);
        return service;
    }

    private void exportVariant(String group, String version) {
        ServiceConfig<VariantService> service = service(VariantService.class, new Variant(group, version));
        if (group != null) service.setGroup(group);
        if (version != null) service.setVersion(version);
        service.export();
    }

    private void exportTicker() {
        ServiceConfig<TickerService> service = service(TickerService.class, new Ticker());
        service.setMethods(List.of(Callback.of("subscribe", 2)));
        service.setCallbacks(100);
        // 3.3 would call back in fastjson2, whatever it was called in.
        service.setParameters(Map.of("prefer.serialization", "hessian2"));
        service.export();
    }

    /** What consumers of every version and protocol call. */
    void exportAll(String name) {
        // The first export opens the port. Until the last is done calls of the others fail, whoever carries them: what is called while a
        // provider begins is the first.
        service(CallService.class, new Calls(name)).export();
        service(EchoService.class, new Echo()).export();
        service(FailingService.class, new Failing()).export();
        exportVariant(null, null);
        exportVariant("blue", "1.0.0");
        exportVariant("green", "2.0.0");
    }

    static void stay() throws InterruptedException {
        System.out.println("ready");
        new CountDownLatch(1).await();
    }

    public static void main(String[] arguments) throws InterruptedException {
        Options options = new Options(arguments);
        Provider provider = new Provider("dubbo", options.number("port"), options.number("heartbeat", 60_000));
        provider.exportAll(options.text("name", "provider"));
        provider.exportTicker();
        stay();
    }
}
