package org.meshloom.interop.consumer;

import java.util.Map;
import org.meshloom.interop.Options;

/** As Consumer, with the cases of streams besides. Targets are `NAME=HOST:PORT/tri`. */
public final class StreamConsumer {
    private StreamConsumer() {}

    public static void main(String[] arguments) {
        Map<String, Case> cases = Consumer.common();
        StreamCases.addTo(cases);
        new Consumer(new Options(arguments), cases).runAll();
        System.exit(0);
    }
}
