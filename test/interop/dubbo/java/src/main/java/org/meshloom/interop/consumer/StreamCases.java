package org.meshloom.interop.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.dubbo.common.stream.StreamObserver;
import org.meshloom.interop.api.StreamService;

/** Streams of messages in one direction and in both. */
final class StreamCases {
    private StreamCases() {}

    static void addTo(Map<String, Case> cases) {
        cases.put("stream of answers", (target) -> count(target, 500, 10));
        cases.put("stream of large answers", (target) -> count(target, 60, 100_000));
        cases.put("stream that fails", StreamCases::failing);
        cases.put("stream both ways", StreamCases::bothWays);
        cases.put("streams side by side", StreamCases::sideBySide);
        cases.put("stream of requests", StreamCases::requests);
    }

    /** Takes down what comes. */
    private static final class Heard implements StreamObserver<String> {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void onNext(String text) {
            events.add("next " + text);
        }

        @Override
        public void onError(Throwable thrown) {
            events.add("error " + Words.of(thrown));
        }

        @Override
        public void onCompleted() {
            events.add("completed");
        }

        String take() throws InterruptedException {
            String event = events.poll(15, TimeUnit.SECONDS);
            return event == null ? "nothing within 15 s" : event;
        }
    }

    private static String count(Target target, int answers, int length) throws InterruptedException {
        Heard heard = new Heard();
        target.service(StreamService.class).count(answers + " " + length, heard);
        String padding = "x".repeat(length);
        for (int number = 1; number <= answers; number++) Expect.equal("next " + number + " " + padding, heard.take(), "answer " + number);
        Expect.equal("completed", heard.take(), "the end");
        return "";
    }

    private static String failing(Target target) throws InterruptedException {
        Heard heard = new Heard();
        target.service(StreamService.class).fail("because", heard);
        Expect.equal("next before because", heard.take(), "the answer before the failure");
        return heard.take() + FailureCases.alive(target);
    }

    private static String bothWays(Target target) throws InterruptedException {
        Heard heard = new Heard();
        StreamObserver<String> asked = target.service(StreamService.class).echo(heard);
        for (int number = 0; number < 200; number++) {
            String text = "\u4e16\u754c " + number;
            asked.onNext(text);
            Expect.equal("next echo of " + text, heard.take(), "answer " + number);
        }
        asked.onCompleted();
        Expect.equal("completed", heard.take(), "the end");
        return "";
    }

    private static String sideBySide(Target target) throws InterruptedException {
        StreamService service = target.service(StreamService.class);
        List<Heard> heard = new ArrayList<>();
        List<StreamObserver<String>> asked = new ArrayList<>();
        for (int stream = 0; stream < 50; stream++) {
            heard.add(new Heard());
            asked.add(service.echo(heard.get(stream)));
        }
        for (int number = 0; number < 20; number++) {
            for (int stream = 0; stream < asked.size(); stream++) asked.get(stream).onNext(stream + " " + number);
        }
        for (StreamObserver<String> each : asked) each.onCompleted();
        for (int stream = 0; stream < asked.size(); stream++) {
            for (int number = 0; number < 20; number++) {
                Expect.equal("next echo of " + stream + " " + number, heard.get(stream).take(), "an answer of stream " + stream);
            }
            Expect.equal("completed", heard.get(stream).take(), "the end of stream " + stream);
        }
        return "";
    }

    /**
     * Less than 16 KiB in all, which is one frame of HTTP/2 at most: a provider of 3.3.6 takes what follows for a message when a frame ends
     * within the five bytes that stand before one.
     */
    private static String requests(Target target) throws InterruptedException {
        Heard heard = new Heard();
        StreamObserver<String> asked = target.service(StreamService.class).length(heard);
        for (int number = 0; number < 100; number++) asked.onNext("y".repeat(number));
        asked.onCompleted();
        Expect.equal("next " + 100 * 99 / 2, heard.take(), "the answer");
        Expect.equal("completed", heard.take(), "the end");
        return "";
    }
}
