package org.meshloom.interop.api;

public interface TickListener {
    /** Returns what the provider hears as the callback's answer. */
    String tick(String name, int number);
}
