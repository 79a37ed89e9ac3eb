package org.meshloom.interop.api;

public class OutOfStockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutOfStockException() {}

    public OutOfStockException(String message) {
        super(message);
    }
}
