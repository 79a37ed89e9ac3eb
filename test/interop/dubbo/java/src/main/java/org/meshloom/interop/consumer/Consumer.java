package org.meshloom.interop.consumer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.meshloom.interop.Options;

/**
 * `Consumer --target NAME=HOST:PORT/SERIALIZATION... [--case CASE]... [--many-threads NAME]... [--idle MILLISECONDS]
 * [--heartbeat MILLISECONDS]`: runs the cases that are named, or all but callbacks, against each target and prints a line of JSON for each.
 * Targets named by `--many-threads` have to bear many threads, too, which takes seconds. With `--idle` all connections are then left
 * alone for so long and used again.
 *
 * `Consumer --target ... --traffic-until FILE`: calls the first target without pause until there is such a file.
 */
public final class Consumer {
    private final Report report = new Report();
    private final List<Target> targets = new ArrayList<>();
    private final Map<String, Case> cases;
    private final List<String> manyThreads;

    Consumer(Options options, Map<String, Case> all) {
        ApplicationConfig application = new ApplicationConfig("meshloom-interop-consumer");
        application.setQosEnable(false);
        int heartbeat = options.number("heartbeat", 60_000);
        for (String text : options.all("target")) targets.add(new Target(application, text, heartbeat));
        manyThreads = options.all("many-threads");
        List<String> names = options.all("case");
        cases = names.isEmpty() ? all : chosen(all, names);
    }

    /** What services of every version and protocol answer. */
    static Map<String, Case> common() {
        Map<String, Case> cases = new LinkedHashMap<>();
        ValueCases.addTo(cases);
        CallCases.addTo(cases);
        FailureCases.addTo(cases);
        LoadCases.addTo(cases);
        return cases;
    }

    private static Map<String, Case> chosen(Map<String, Case> common, List<String> names) {
        Map<String, Case> all = new LinkedHashMap<>(common);
        CallbackCases.addTo(all);
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

    void runAll() {
        for (Target target : targets) {
            cases.forEach((name, test) -> run(target, name, test));
            if (manyThreads.contains(target.name)) run(target, "64 threads", LoadCases::manyThreads);
        }
    }

    private void runAfter(int idle) throws InterruptedException {
        Thread.sleep(idle);
        for (Target target : targets) run(target, "after the heartbeats", FailureCases::alive);
    }

    public static void main(String[] arguments) throws InterruptedException {
        Options options = new Options(arguments);
        Consumer consumer = new Consumer(options, common());
        String until = options.text("traffic-until", null);
        if (until != null) {
            new Traffic(consumer.targets.get(0), consumer.report, Path.of(until)).run();
        } else {
            consumer.runAll();
            int idle = options.number("idle", 0);
            if (idle > 0) consumer.runAfter(idle);
        }
        System.exit(0);
    }
}
