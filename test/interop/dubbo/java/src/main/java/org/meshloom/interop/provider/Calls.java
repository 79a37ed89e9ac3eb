package org.meshloom.interop.provider;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.dubbo.rpc.RpcContext;
import org.meshloom.interop.api.CallService;

final class Calls implements CallService {
    private final String name;
    private final Map<String, Integer> notes = new ConcurrentHashMap<>();

    Calls(String name) {
        this.name = name;
    }

    @Override
    public String attachment(String key) {
        String value = RpcContext.getContext().getAttachment(key);
        RpcContext.getServerContext().setAttachment("answered-by", name);
        RpcContext.getServerContext().setAttachment("saw", "" + value);
        return value;
    }

    @Override
    public CompletableFuture<String> later(String value, long milliseconds) {
        return CompletableFuture.supplyAsync(() -> value, CompletableFuture.delayedExecutor(milliseconds, TimeUnit.MILLISECONDS));
    }

    @Override
    public String slow(String value, long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return value;
    }

    @Override
    public void note(String text) {
        notes.merge(text, 1, Integer::sum);
    }

    @Override
    public int noted(String text) {
        return notes.getOrDefault(text, 0);
    }

    @Override
    public String name() {
        return name;
    }
}
