package org.meshloom.interop.api;

/** Calls its caller back over the connection that the call came on. */
public interface TickerService {
    /** Calls the listener so many times after it has answered. */
    void subscribe(String name, int ticks, TickListener listener);
}
