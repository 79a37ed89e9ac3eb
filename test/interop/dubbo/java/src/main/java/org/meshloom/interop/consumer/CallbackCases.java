package org.meshloom.interop.consumer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ReferenceConfig;
import org.meshloom.interop.Callback;
import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.TickerService;

/** Calls that the provider makes, over the connection that the consumer called it by. */
final class CallbackCases {
    private CallbackCases() {}

    static void addTo(Map<String, Case> cases) {
        cases.put("callbacks", CallbackCases::callbacks);
    }

    /** The provider stops when an answer of ours is not the right one. */
    private static String callbacks(Target target) throws InterruptedException {
        ReferenceConfig<TickerService> reference = target.reference(TickerService.class, "&subscribe.2.callback=true&callbacks=100");
        reference.setMethods(List.of(Callback.of("subscribe", 2)));
        // On a connection that services share, only those methods are called back that the first of them knows.
        reference.setConnections(1);
        TickerService ticker = reference.get();
        EchoService echo = target.service(EchoService.class);
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        List<String> expected = new ArrayList<>();
        for (String name : List.of("a", "\u4e16\u754c", "c")) {
            for (int number = 1; number <= 50; number++) expected.add(name + number);
            ticker.subscribe(name, 50, (who, number) -> {
                heard.add(who + number);
                return who + number;
            });
        }
        for (int call = 0; call < 100; call++) Expect.equal("call " + call, echo.text("call " + call), "a call of our own meanwhile");
        Expect.soon(() -> heard.size() >= expected.size(), "callbacks: " + heard.size());
        Collections.sort(heard);
        Collections.sort(expected);
        Expect.equal(expected, heard, "what was called back");
        return FailureCases.alive(target);
    }
}
