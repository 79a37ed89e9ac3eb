package org.meshloom.interop.provider;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.meshloom.interop.api.TickListener;
import org.meshloom.interop.api.TickerService;

final class Ticker implements TickerService {
    @Override
    public void subscribe(String name, int ticks, TickListener listener) {
        // After the answer is on its way, so that the callbacks come while no call of the consumer waits.
        CompletableFuture.runAsync(() -> tick(name, ticks, listener), CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
    }

    private static void tick(String name, int ticks, TickListener listener) {
        for (int number = 1; number <= ticks; number++) {
            String answer = listener.tick(name, number);
            if (!answer.equals(name + number)) throw new IllegalStateException("the callback was answered with " + answer);
        }
    }
}
