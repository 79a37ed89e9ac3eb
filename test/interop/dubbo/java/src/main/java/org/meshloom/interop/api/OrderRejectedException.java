package org.meshloom.interop.api;

public class OrderRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private int code;

    /** For serializations that make the object before they know the message. */
    public OrderRejectedException() {}

    public OrderRejectedException(String message, int code) {
        super(message);
        this.code = code;
    }

    public int getCode() {
        return code;
    }

    public void setCode(int code) {
        this.code = code;
    }
}
