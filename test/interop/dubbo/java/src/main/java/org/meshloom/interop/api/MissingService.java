package org.meshloom.interop.api;

/** Nobody exports it. */
public interface MissingService {
    String call(String value);
}
