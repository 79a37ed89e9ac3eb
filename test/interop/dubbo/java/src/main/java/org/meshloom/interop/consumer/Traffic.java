package org.meshloom.interop.consumer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.meshloom.interop.api.CallService;

/** Calls that go on until a file appears, while something happens to the providers. Each failure is a line of its own. */
final class Traffic {
    private static final int THREADS = 16;
    /** What keeps calls in flight: one in four takes so long. */
    private static final int SLOW_MS = 30;

    private final Target target;
    private final Report report;
    private final Path until;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    Traffic(Target target, Report report, Path until) {
        this.target = target;
        this.report = report;
        this.until = until;
    }

    void run() throws InterruptedException {
        target.service(CallService.class).slow("connected", 0);
        report.line(target.name, "traffic begins", true, "", 0);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            Thread thread = new Thread(this::callOnAndOn, "traffic " + number);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) thread.join();
        report.line(target.name, "traffic", failures.get() == 0, failures + " of " + calls + " calls failed", 0);
    }

    private void callOnAndOn() {
        CallService service = target.service(CallService.class);
        for (int call = 0; !Files.exists(until); call++) {
            String text = Thread.currentThread().getName() + " call " + call;
            long start = System.nanoTime();
            try {
                Expect.equal(text, service.slow(text, call % 4 == 0 ? SLOW_MS : 0), "an answer");
            } catch (Throwable thrown) {
                failures.incrementAndGet();
                report.line(target.name, "failure", false, Words.of(thrown), (System.nanoTime() - start) / 1_000_000);
            }
            calls.incrementAndGet();
        }
    }
}
