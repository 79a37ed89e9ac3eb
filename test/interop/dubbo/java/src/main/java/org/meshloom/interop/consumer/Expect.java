package org.meshloom.interop.consumer;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

final class Expect {
    /** How much of a value is shown. */
    private static final int SHOWN = 200;

    private Expect() {}

    static void equal(Object expected, Object actual, String what) {
        if (Objects.deepEquals(expected, actual)) return;
        throw new AssertionError(what + ": expected " + show(expected) + ", got " + show(actual));
    }

    static void that(boolean condition, String what) {
        if (!condition) throw new AssertionError(what);
    }

    /** The exception that the call ends with, which must be of that class. */
    static <T extends Throwable> T fails(Class<T> type, Callable<?> call) {
        Object value;
        try {
            value = call.call();
        } catch (Throwable thrown) {
            if (type == thrown.getClass()) return type.cast(thrown);
            throw new AssertionError("expected " + type.getName() + ", got " + Words.of(thrown), thrown);
        }
        throw new AssertionError("expected " + type.getName() + ", got the value " + show(value));
    }

    /** For what happens by itself a little later. */
    static void soon(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            that(System.nanoTime() < end, what + ": not within 10 s");
            Thread.sleep(5);
        }
    }

    private static String show(Object value) {
        String text = Arrays.deepToString(new Object[] {value});
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "... (" + text.length() + " characters)";
    }
}
