package org.meshloom.interop.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.meshloom.interop.api.CallService;
import org.meshloom.interop.api.EchoService;
import org.meshloom.interop.api.VariantService;

/** Many calls at once, each answer checked. */
final class LoadCases {
    private LoadCases() {}

    static void addTo(Map<String, Case> cases) {
        cases.put("several services at once", (target) -> together(target, 16, 100));
        cases.put("7 MiB beside small calls", LoadCases::largeBesideSmall);
    }

    /** Takes seconds: only where it is asked for. */
    static String manyThreads(Target target) throws Exception {
        return together(target, 64, 2_000);
    }

    private static String together(Target target, int threads, int calls) throws Exception {
        EchoService echo = target.service(EchoService.class);
        CallService named = target.service(CallService.class);
        VariantService variants = target.service(VariantService.class);
        String name = named.name();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            String prefix = "thread " + thread + " call ";
            work.add(() -> {
                for (int call = 0; call < calls; call++) {
                    String text = prefix + call + " ".repeat(call % 50);
                    if (call % 10 == 0) Expect.equal("null/null " + text, variants.variant(text), "a variant");
                    else if (call % 10 == 5) Expect.equal(name, named.name(), "a name");
                    else Expect.equal(text, echo.text(text), "a text");
                }
                return null;
            });
        }
        return all(work, threads) * calls + " calls";
    }

    private static int all(List<Callable<Void>> work, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            int done = 0;
            for (Future<Void> each : pool.invokeAll(work)) {
                each.get();
                done++;
            }
            return done;
        } finally {
            pool.shutdownNow();
        }
    }

    private static String largeBesideSmall(Target target) throws Exception {
        EchoService echo = target.service(EchoService.class);
        byte[] large = new byte[7 << 20];
        for (int at = 0; at < large.length; at++) large[at] = (byte) (at >> 7);
        AtomicBoolean over = new AtomicBoolean();
        List<Callable<Void>> work = new ArrayList<>();
        work.add(() -> {
            try {
                for (int call = 0; call < 3; call++) Expect.equal(large, echo.bytes(large), "7 MiB");
            } finally {
                over.set(true);
            }
            return null;
        });
        for (int thread = 0; thread < 4; thread++) {
            String prefix = "small " + thread + " ";
            work.add(() -> {
                for (int call = 0; !over.get(); call++) Expect.equal(prefix + call, echo.text(prefix + call), "a small call");
                return null;
            });
        }
        all(work, work.size());
        return "";
    }
}
