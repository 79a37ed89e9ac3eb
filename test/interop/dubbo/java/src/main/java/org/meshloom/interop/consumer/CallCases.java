package org.meshloom.interop.consumer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.service.GenericService;
import org.meshloom.interop.api.CallService;
import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.VariantService;

/** The ways in which calls are made. */
final class CallCases {
    private CallCases() {}

    static void addTo(Map<String, Case> cases) {
        cases.put("attachments both ways", CallCases::attachments);
        cases.put("object attachments", CallCases::objectAttachments);
        cases.put("asynchronous calls", CallCases::asynchronous);
        cases.put("one-way calls", CallCases::oneWay);
        cases.put("generic invocation", CallCases::generic);
        cases.put("group and version", CallCases::groupAndVersion);
        cases.put("echo of Dubbo's own", CallCases::dollarEcho);
    }

    private static String attachments(Target target) {
        CallService calls = target.service(CallService.class);
        String name = calls.name();
        for (String value : List.of("plain", "\u8ffd\u8e2a \ud83d\ude00", "", "x".repeat(40_000))) {
            RpcContext.getContext().setAttachment("x-trace", value);
            Map<String, String> answered = WireFilter.answerAttachments(
                    () -> Expect.equal(value, calls.attachment("x-trace"), "what the provider sees"));
            Expect.equal(value, answered.get("saw"), "an attachment of the answer");
            Expect.equal(name, answered.get("answered-by"), "another attachment of the answer");
        }
        // 2.7.23 with an address of its own keeps them for the next call.
        RpcContext.getContext().clearAttachments();
        Expect.equal(null, calls.attachment("x-trace"), "a call without the attachment");
        return "";
    }

    /** From 2.7.4 on an attachment can be any object. It stands among those that a proxy reads. */
    private static String objectAttachments(Target target) throws ReflectiveOperationException {
        try {
            RpcContext.class.getMethod("setAttachment", String.class, Object.class)
                    .invoke(RpcContext.getContext(), "x-list", new ArrayList<>(List.of(1, "two", 3.5)));
        } catch (NoSuchMethodException older) {
            return "none in this version";
        }
        RpcContext.getContext().setAttachment("x-after", "text");
        Expect.equal("text", target.service(CallService.class).attachment("x-after"), "an attachment beside a list");
        return "";
    }

    private static String asynchronous(Target target) throws Exception {
        CallService calls = target.service(CallService.class);
        // The longest wait is called first: answers come in another order than calls.
        Map<String, CompletableFuture<String>> waiting = new HashMap<>();
        for (int number = 20; number > 0; number--) {
            String value = "call " + number;
            waiting.put(value, calls.later(value, number * 10L));
        }
        for (Map.Entry<String, CompletableFuture<String>> each : waiting.entrySet()) {
            Expect.equal(each.getKey(), each.getValue().get(10, TimeUnit.SECONDS), "an answer");
        }
        return "";
    }

    private static String oneWay(Target target) throws InterruptedException {
        CallService calls = target.service(CallService.class);
        String text = UUID.randomUUID().toString();
        for (int number = 0; number < 50; number++) RpcContext.getContext().asyncCall(() -> calls.note(text));
        Expect.soon(() -> calls.noted(text) >= 50, "50 one-way calls arrive");
        Expect.equal(50, calls.noted(text), "how often each one-way call arrived, times 50");
        return "";
    }

    private static String generic(Target target) {
        ReferenceConfig<GenericService> reference = target.reference(EchoService.class);
        reference.setGeneric("true");
        GenericService service = reference.get();
        Object text = service.$invoke("text", new String[] {"java.lang.String"}, new Object[] {"\u4e16\u754c"});
        Expect.equal("\u4e16\u754c", text, "a string");
        Map<String, Object> customer = new HashMap<>(Map.of("name", "Li", "city", "Chengdu"));
        Map<String, Object> order = new HashMap<>(Map.of("id", "generic", "state", "OPEN", "customer", customer));
        Object answer = service.$invoke("order", new String[] {"org.meshloom.interop.api.Order"}, new Object[] {order});
        Expect.that(answer instanceof Map<?, ?>, "a bean comes back as a map, not as " + answer);
        Map<?, ?> map = (Map<?, ?>) answer;
        Expect.equal("generic", map.get("id"), "a field of the map");
        Expect.equal("Chengdu", ((Map<?, ?>) map.get("customer")).get("city"), "a field of the map in the map");
        return "";
    }

    private static String groupAndVersion(Target target) {
        Expect.equal("null/null x", variant(target, null, null).variant("x"), "no group");
        VariantService blue = variant(target, "blue", "1.0.0");
        VariantService green = variant(target, "green", "2.0.0");
        for (int number = 0; number < 10; number++) {
            Expect.equal("blue/1.0.0 " + number, blue.variant("" + number), "blue");
            Expect.equal("green/2.0.0 " + number, green.variant("" + number), "green");
        }
        return "";
    }

    private static VariantService variant(Target target, String group, String version) {
        return target.<VariantService>reference(VariantService.class, group, version).get();
    }

    private static String dollarEcho(Target target) {
        Object answer = ((org.apache.dubbo.rpc.service.EchoService) target.service(EchoService.class)).$echo("are you there");
        Expect.equal("are you there", answer, "the answer");
        return "";
    }
}
