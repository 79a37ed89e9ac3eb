package org.meshloom.interop.consumer;

import org.apache.dubbo.rpc.RpcException;

/** Exceptions in words that are the same whoever stands between: no addresses, times, or stack traces. */
final class Words {
    private static final int LONGEST = 400;
    private static final String CAUSE = "cause: ";
    /** By the codes of RpcException. */
    private static final String[] CODES = {
        "unknown", "network", "timeout", "business", "forbidden", "serialization", "no invoker", "limit exceeded", "timeout terminate"
    };

    private Words() {}

    static String of(Throwable thrown) {
        String code = thrown instanceof RpcException rpc ? " " + (rpc.getCode() < CODES.length ? CODES[rpc.getCode()] : "code " + rpc.getCode()) : "";
        return thrown.getClass().getName() + code + ": " + plain(String.valueOf(thrown.getMessage()));
    }

    /** The first line of the innermost cause, with a # for each number. */
    static String plain(String message) {
        String cause = message.substring(message.lastIndexOf(CAUSE) < 0 ? 0 : message.lastIndexOf(CAUSE) + CAUSE.length());
        String line = cause.split("\\R", 2)[0].replaceAll("\\d+([.:]\\d+)*", "#");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST);
    }
}
