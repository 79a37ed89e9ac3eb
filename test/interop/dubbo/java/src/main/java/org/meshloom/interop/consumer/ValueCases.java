package org.meshloom.interop.consumer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.meshloom.interop.api.Customer;
import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.Measurement;
import org.meshloom.interop.api.Order;
import org.meshloom.interop.api.OrderLine;

/** What comes back is what was sent. */
final class ValueCases {
    private static final int MEBIBYTE = 1 << 20;

    private ValueCases() {}

    static void addTo(Map<String, Case> cases) {
        cases.put("strings", ValueCases::strings);
        cases.put("long strings", ValueCases::longStrings);
        cases.put("1 MiB", (target) -> large(target, MEBIBYTE));
        cases.put("7 MiB", (target) -> large(target, 7 * MEBIBYTE));
        cases.put("beans", ValueCases::beans);
        cases.put("float in a bean", ValueCases::floatInBean);
        cases.put("null and nothing", ValueCases::nullAndNothing);
        cases.put("primitives and arrays", ValueCases::primitivesAndArrays);
        cases.put("any value", ValueCases::anyValue);
    }

    private static String strings(Target target) {
        EchoService echo = target.service(EchoService.class);
        String controls = "tab\t line\n return\r nul\0 quote\" backslash\\";
        for (String text : List.of("", "a", "plain", "\u4f60\u597d\uff0c\u4e16\u754c", "\ud83d\ude00\ud83d\ude80 and \ud83c\udde9\ud83c\uddea",
                "\u0645\u0631\u062d\u0628\u0627", "e\u0301 \u00e9 \u00df \u20ac", "\ufeffmark \u2028 \uffff", controls, "x".repeat(31), "x".repeat(32), "x".repeat(1023), "x".repeat(1024))) {
            Expect.equal(text, echo.text(text), "a string");
        }
        return "";
    }

    /** hessian2 writes strings in chunks of 32,768 UTF-16 units: with a character of two units across the border, too. */
    private static String longStrings(Target target) {
        EchoService echo = target.service(EchoService.class);
        for (String unit : List.of("x", "\u4e16", "\ud83d\ude00")) {
            for (int length : new int[] {32_767, 32_768, 32_769, 65_536, 100_000}) {
                String text = "-".repeat(length % 2) + unit.repeat(length / unit.length());
                Expect.equal(text, echo.text(text), "a string of " + length + " units");
            }
        }
        return "";
    }

    private static String large(Target target, int length) {
        EchoService echo = target.service(EchoService.class);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) bytes[at] = (byte) (at * 31 + (at >> 9));
        Expect.equal(bytes, echo.bytes(bytes), "bytes");
        String text = "0123456789abcdef".repeat(length / 16);
        Expect.equal(text, echo.text(text), "text");
        return "";
    }

    static Order order(String id) {
        Order order = new Order();
        order.setId(id);
        order.setState(Order.State.SHIPPED);
        order.setPlaced(new Date(1_700_000_000_123L));
        order.setTotal(new BigDecimal("12345678901234567890.0123456789"));
        order.setCustomer(new Customer("\u5f20\u4e09", "\u5317\u4eac"));
        order.setLines(new ArrayList<>(List.of(
                new OrderLine("pencil", 12, 240L, false, 0.25), new OrderLine("\ud83c\udf81 wrap", Integer.MIN_VALUE, Long.MAX_VALUE, true, -1e-300),
                new OrderLine(null, 0, null, false, 0))));
        return order;
    }

    private static String beans(Target target) {
        EchoService echo = target.service(EchoService.class);
        Order whole = order("whole");
        whole.getParts().put("first", order("part 1"));
        whole.getParts().put("\u7b2c\u4e8c", order("part 2"));
        whole.getParts().get("first").getParts().put("inner", order("part 1.1"));
        Expect.equal(whole, echo.order(whole), "an order with orders in it");
        Order empty = new Order();
        Expect.equal(empty, echo.order(empty), "an empty order");
        for (Order.State state : Order.State.values()) {
            Order one = new Order();
            one.setState(state);
            Expect.equal(state, echo.order(one).getState(), "an enum");
        }
        return "";
    }

    private static String floatInBean(Target target) {
        Measurement measurement = new Measurement("m/s", 2.5f);
        Expect.equal(measurement, target.service(EchoService.class).measurement(measurement), "a float");
        return "";
    }

    private static String nullAndNothing(Target target) {
        EchoService echo = target.service(EchoService.class);
        Expect.equal(null, echo.text(null), "a string");
        Expect.equal(null, echo.order(null), "an order");
        Expect.equal(null, echo.anything(null), "anything");
        echo.nothing();
        return "";
    }

    private static String primitivesAndArrays(Target target) {
        EchoService echo = target.service(EchoService.class);
        Expect.equal(1.0 + 2 + 3 + 'd' + 5 + 6 + 7.5 + 8.25, echo.sum(true, (byte) 2, (short) 3, 'd', 5, 6L, 7.5f, 8.25), "a sum");
        boolean[] booleans = {true, false, true};
        Expect.equal(booleans, echo.booleans(booleans), "booleans");
        char[] chars = {'a', '\u4e16', 'z'};
        Expect.equal(chars, echo.chars(chars), "chars");
        short[] shorts = {Short.MIN_VALUE, -1, 0, 1, Short.MAX_VALUE};
        Expect.equal(shorts, echo.shorts(shorts), "shorts");
        int[] ints = {Integer.MIN_VALUE, -1, 0, 47, 48, 2047, 2048, 262143, 262144, Integer.MAX_VALUE};
        Expect.equal(ints, echo.ints(ints), "ints");
        long[] longs = {Long.MIN_VALUE, -9, -8, 0, 15, 16, 2047, 2048, 1L << 31, Long.MAX_VALUE};
        Expect.equal(longs, echo.longs(longs), "longs");
        double[] doubles = {0, 1, -128, 127.5, 32768, 1e300, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY};
        Expect.equal(doubles, echo.doubles(doubles), "doubles");
        String[] strings = {"", null, "\u4e16\u754c"};
        Expect.equal(strings, echo.strings(strings), "strings");
        Expect.equal(new int[0], echo.ints(new int[0]), "no ints");
        Expect.equal(new int[100_000], echo.ints(new int[100_000]), "many ints");
        return "";
    }

    private static String anyValue(Target target) {
        EchoService echo = target.service(EchoService.class);
        Date date = new Date(0);
        BigDecimal decimal = new BigDecimal("-0.000000001");
        List<Object> mixed = new ArrayList<>(Arrays.asList("text", 1, 2L, 3.5, true, null, new ArrayList<>(List.of(1, 2))));
        for (Object value : List.of("text", 42, 1L << 40, 2.5, true, date, decimal, mixed)) {
            Expect.equal(value, echo.anything(value), value.getClass().getName());
        }
        return "";
    }
}
