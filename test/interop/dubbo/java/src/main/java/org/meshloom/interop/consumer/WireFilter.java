package org.meshloom.interop.consumer;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.dubbo.common.extension.Activate;
import org.apache.dubbo.rpc.Filter;
import org.apache.dubbo.rpc.Invocation;
import org.apache.dubbo.rpc.Invoker;
import org.apache.dubbo.rpc.Result;
import org.apache.dubbo.rpc.RpcInvocation;

/** Sees and changes what no interface gives: a method of any name, and the attachments of answers in every version of Dubbo. */
@Activate(group = "consumer")
public final class WireFilter implements Filter {
    private static final ThreadLocal<String> METHOD = new ThreadLocal<>();
    private static final ThreadLocal<Map<String, String>> ANSWER = new ThreadLocal<>();

    /** Makes the calls that this thread makes in `calls` calls of another method. */
    static <T> T callingAs(String method, Supplier<T> calls) {
        METHOD.set(method);
        try {
            return calls.get();
        } finally {
            METHOD.remove();
        }
    }

    /** The attachments of the answer to a call of this thread. */
    static Map<String, String> answerAttachments(Runnable call) {
        Map<String, String> attachments = new ConcurrentHashMap<>();
        ANSWER.set(attachments);
        try {
            call.run();
            return new HashMap<>(attachments);
        } finally {
            ANSWER.remove();
        }
    }

    @Override
    public Result invoke(Invoker<?> invoker, Invocation invocation) {
        if (METHOD.get() != null) ((RpcInvocation) invocation).setMethodName(METHOD.get());
        Result result = invoker.invoke(invocation);
        Map<String, String> attachments = ANSWER.get();
        if (attachments == null) return result;
        return result.whenCompleteWithContext((answer, thrown) -> {
            if (answer != null) attachments.putAll(answer.getAttachments());
        });
    }
}
