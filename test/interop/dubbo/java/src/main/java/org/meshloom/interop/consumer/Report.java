package org.meshloom.interop.consumer;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One line of JSON for each case. Dubbo's own log goes elsewhere. */
final class Report {
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    synchronized void line(String target, String name, boolean ok, String detail, long milliseconds) {
        out.println("{\"target\":" + quoted(target) + ",\"case\":" + quoted(name) + ",\"ok\":" + ok + ",\"detail\":" + quoted(detail)
                + ",\"milliseconds\":" + milliseconds + "}");
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach((unit) -> {
            if (unit == '"' || unit == '\\') json.append('\\').append((char) unit);
            else if (unit < ' ' || unit > '~') json.append(String.format("\\u%04x", unit));
            else json.append((char) unit);
        });
        return json.append('"').toString();
    }
}
