package org.meshloom.interop.provider;

import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.Measurement;
import org.meshloom.interop.api.Order;

final class Echo implements EchoService {
    @Override
    public String text(String value) {
        return value;
    }

    @Override
    public byte[] bytes(byte[] value) {
        return value;
    }

    @Override
    public Order order(Order value) {
        return value;
    }

    @Override
    public Measurement measurement(Measurement value) {
        return value;
    }

    @Override
    public Object anything(Object value) {
        return value;
    }

    @Override
    public boolean[] booleans(boolean[] value) {
        return value;
    }

    @Override
    public char[] chars(char[] value) {
        return value;
    }

    @Override
    public short[] shorts(short[] value) {
        return value;
    }

    @Override
    public int[] ints(int[] value) {
        return value;
    }

    @Override
    public long[] longs(long[] value) {
        return value;
    }

    @Override
    public double[] doubles(double[] value) {
        return value;
    }

    @Override
    public String[] strings(String[] value) {
        return value;
    }

    @Override
    public double sum(boolean a, byte b, short c, char d, int e, long f, float g, double h) {
        return (a ? 1 : 0) + b + c + d + e + f + g + h;
    }

    @Override
    public void nothing() {}
}
