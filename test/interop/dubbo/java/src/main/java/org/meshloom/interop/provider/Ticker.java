package org.meshloom.interop.provider;

import org.meshloom.interop.api.TickListener;
import org.meshloom.interop.api.TickerService;

final class Ticker implements TickerService {
    @Override
    public void subscribe(String name, int ticks, TickListener listener) {
        new Thread(() -> tick(name, ticks, listener), "ticker " + name).start();
    }

    private static void tick(String name, int ticks, TickListener listener) {
        for (int number = 1; number <= ticks; number++) {
            String answer = listener.tick(name, number);
            if (!answer.equals(name + number)) throw new IllegalStateException("the callback was answered with " + answer);
        }
    }
}
