package org.meshloom.interop.consumer;

import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.rpc.RpcException;
import org.meshloom.interop.api.CallService;
import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.FailingService;
import org.meshloom.interop.api.MissingService;
import org.meshloom.interop.api.OrderRejectedException;
import org.meshloom.interop.api.OutOfStockException;
import org.meshloom.interop.api.VariantService;

/** A call that fails does so in the same way, and harms no other. */
final class FailureCases {
    private FailureCases() {}

    static void addTo(Map<String, Case> cases) {
        cases.put("checked exception", FailureCases::checkedException);
        cases.put("message of a checked exception", FailureCases::checkedMessage);
        cases.put("runtime exceptions", FailureCases::runtimeExceptions);
        cases.put("unknown service", (target) -> refused(target, () -> target.service(MissingService.class).call("x")));
        cases.put("unknown method", FailureCases::unknownMethod);
        cases.put("unknown version", FailureCases::unknownVersion);
        cases.put("timeout of the consumer", FailureCases::timeout);
    }

    private static String checkedException(Target target) {
        FailingService failing = target.service(FailingService.class);
        OrderRejectedException thrown = Expect.fails(OrderRejectedException.class, () -> {
            failing.rejected("\u62d2\u7edd because", 7);
            return null;
        });
        Expect.equal(7, thrown.getCode(), "the code in the exception");
        return alive(target);
    }

    private static String checkedMessage(Target target) {
        FailingService failing = target.service(FailingService.class);
        OrderRejectedException thrown = Expect.fails(OrderRejectedException.class, () -> {
            failing.rejected("\u62d2\u7edd because", 7);
            return null;
        });
        Expect.equal("\u62d2\u7edd because", thrown.getMessage(), "the message");
        return alive(target);
    }

    private static String runtimeExceptions(Target target) {
        FailingService failing = target.service(FailingService.class);
        OutOfStockException own = Expect.fails(OutOfStockException.class, () -> {
            failing.outOfStock("pencil \ud83d\ude00");
            return null;
        });
        Expect.equal("pencil \ud83d\ude00", own.getMessage(), "the message");
        IllegalArgumentException javas = Expect.fails(IllegalArgumentException.class, () -> {
            failing.illegalArgument("no such thing");
            return null;
        });
        Expect.equal("no such thing", javas.getMessage(), "the message");
        return alive(target);
    }

    private static String unknownMethod(Target target) {
        EchoService echo = target.service(EchoService.class);
        return refused(target, () -> WireFilter.callingAs("noSuchMethod", () -> echo.text("x")));
    }

    private static String unknownVersion(Target target) {
        VariantService service = target.<VariantService>reference(VariantService.class, null, "9.9.9").get();
        return refused(target, () -> service.variant("x"));
    }

    private static String refused(Target target, Callable<?> call) {
        RpcException thrown = Expect.fails(RpcException.class, call);
        return Words.of(thrown) + alive(target);
    }

    /** The answer comes when nobody waits for it any more, and must not be taken for another's. */
    private static String timeout(Target target) throws InterruptedException {
        ReferenceConfig<CallService> reference = target.reference(CallService.class);
        reference.setTimeout(300);
        CallService impatient = reference.get();
        // On the same connection, for what must not fail on a busy machine.
        CallService patient = target.service(CallService.class);
        // Connections and classes take their time once; that is not what is measured here.
        patient.name();
        RpcException thrown = Expect.fails(RpcException.class, () -> impatient.slow("late", 900));
        Expect.that(thrown.isTimeout(), "it says that it is a timeout: " + Words.of(thrown));
        for (int number = 0; number < 100; number++) {
            Expect.equal("call " + number, patient.slow("call " + number, 8), "a call while the late answer comes");
        }
        return alive(target);
    }

    static String alive(Target target) {
        Expect.equal("still here", target.service(EchoService.class).text("still here"), "the next call");
        return "";
    }
}
