package org.meshloom.interop.api;

/** Gives back what it was given, so that a value is compared after two journeys. */
public interface EchoService {
    String text(String value);

    byte[] bytes(byte[] value);

    Order order(Order value);

    Measurement measurement(Measurement value);

    Object anything(Object value);

    boolean[] booleans(boolean[] value);

    char[] chars(char[] value);

    short[] shorts(short[] value);

    int[] ints(int[] value);

    long[] longs(long[] value);

    double[] doubles(double[] value);

    String[] strings(String[] value);

    /** What eight primitive arguments add up to. */
    double sum(boolean a, byte b, short c, char d, int e, long f, float g, double h);

    void nothing();
}
