package org.meshloom.interop.consumer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.meshloom.interop.Options;

/**
 * `Consumer --target NAME=HOST:PORT/SERIALIZATION... [--case NAME]... [--idle MILLISECONDS] [--heartbeat MILLISECONDS]`: runs the cases
 * against each target and prints a line of JSON for each. With `--idle` all connections are then left alone for so long and used again.
 * Without `--case`, all but those that take seconds.
 */
public final class Consumer {
    private final Report report = new Report();
    private final List<Target> targets = new ArrayList<>();
    private final Map<String, Case> cases;

    private Consumer(Options options) {
        ApplicationConfig application = new ApplicationConfig("meshloom-interop-consumer");
        application.setQosEnable(false);
        int heartbeat = options.number("heartbeat", 60_000);
        for (String text : options.all("target")) targets.add(new Target(application, text, heartbeat));
        cases = chosen(options.all("case"));
    }

    private static Map<String, Case> chosen(List<String> names) {
        Map<String, Case> usual = new LinkedHashMap<>();
        ValueCases.addTo(usual);
        CallCases.addTo(usual);
        FailureCases.addTo(usual);
        LoadCases.addTo(usual);
        if (names.isEmpty()) return usual;
        Map<String, Case> all = new LinkedHashMap<>(usual);
        LoadCases.addLongTo(all);
        Map<String, Case> some = new LinkedHashMap<>();
        for (String name : names) {
            if (!all.containsKey(name)) throw new IllegalArgumentException("no case " + name + ": there are " + all.keySet());
            some.put(name, all.get(name));
        }
        return some;
    }

    private void run(Target target, String name, Case test) {
        long start = System.nanoTime();
        boolean ok = false;
        String detail;
        try {
            detail = test.run(target);
            ok = true;
        } catch (Throwable thrown) {
            detail = Words.of(thrown);
        }
        report.line(target.name, name, ok, detail, (System.nanoTime() - start) / 1_000_000);
    }

    public static void main(String[] arguments) throws InterruptedException {
        Options options = new Options(arguments);
        Consumer consumer = new Consumer(options);
        for (Target target : consumer.targets) consumer.cases.forEach((name, test) -> consumer.run(target, name, test));
        int idle = options.number("idle", 0);
        if (idle > 0) {
            Thread.sleep(idle);
            for (Target target : consumer.targets) consumer.run(target, "after the heartbeats", FailureCases::alive);
        }
        System.exit(0);
    }
}
