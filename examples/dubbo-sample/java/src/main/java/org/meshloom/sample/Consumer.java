package org.meshloom.sample;

import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ReferenceConfig;

/**
 * `Consumer URL [CALLS] [PAUSE]`: calls the greeting service so often, with so many milliseconds in between. The URL is the provider's,
 * or that of the proxy before it: this program cannot tell.
 */
public final class Consumer {
    public static void main(String[] arguments) throws InterruptedException {
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int pause = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;

        ApplicationConfig application = new ApplicationConfig("greeting-consumer");
        application.setQosEnable(false);
        ReferenceConfig<GreetingService> reference = new ReferenceConfig<>();
        reference.setApplication(application);
        reference.setInterface(GreetingService.class);
        reference.setUrl(arguments[0]);
        GreetingService service = reference.get();

        for (int call = 1; call <= calls; call++) {
            Greeting greeting = service.greet(new Visitor("Ada", call));
            System.out.println(greeting.getText());
            Thread.sleep(pause);
        }
        System.exit(0);
    }
}
