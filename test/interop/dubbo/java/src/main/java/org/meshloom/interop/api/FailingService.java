package org.meshloom.interop.api;

/** Fails in the ways of a business. */
public interface FailingService {
    void rejected(String reason, int code) throws OrderRejectedException;

    void outOfStock(String article);

    void illegalArgument(String message);
}
