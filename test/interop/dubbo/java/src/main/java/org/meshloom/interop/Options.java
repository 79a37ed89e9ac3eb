package org.meshloom.interop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command line of `--name value` pairs. A name may stand there several times. */
public final class Options {
    private final Map<String, List<String>> values = new HashMap<>();

    public Options(String[] arguments) {
        if (arguments.length % 2 != 0) throw new IllegalArgumentException("an option without a value: " + arguments[arguments.length - 1]);
        for (int at = 0; at < arguments.length; at += 2) {
            if (!arguments[at].startsWith("--")) throw new IllegalArgumentException("not an option: " + arguments[at]);
            values.computeIfAbsent(arguments[at].substring(2), (name) -> new ArrayList<>()).add(arguments[at + 1]);
        }
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public String text(String name, String otherwise) {
        List<String> given = all(name);
        return given.isEmpty() ? otherwise : given.get(0);
    }

    public int number(String name, int otherwise) {
        String text = text(name, null);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    public int number(String name) {
        if (all(name).isEmpty()) throw new IllegalArgumentException("--" + name + " is missing");
        return Integer.parseInt(all(name).get(0));
    }
}
