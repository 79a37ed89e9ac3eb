package org.meshloom.interop.provider;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.dubbo.common.stream.StreamObserver;
import org.meshloom.interop.api.StreamService;

final class Streams implements StreamService {
    @Override
    public void count(String request, StreamObserver<String> answers) {
        String[] parts = request.split(" ");
        int length = Integer.parseInt(parts[1]);
        String padding = "x".repeat(length);
        for (int number = 1; number <= Integer.parseInt(parts[0]); number++) answers.onNext(number + " " + padding);
        answers.onCompleted();
    }

    @Override
    public void fail(String request, StreamObserver<String> answers) {
        answers.onNext("before " + request);
        answers.onError(new IllegalStateException(request));
    }

    @Override
    public StreamObserver<String> echo(StreamObserver<String> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String text) {
                answers.onNext("echo of " + text);
            }

            @Override
            public void onError(Throwable thrown) {
                answers.onError(thrown);
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }

    @Override
    public StreamObserver<String> length(StreamObserver<String> answers) {
        AtomicInteger length = new AtomicInteger();
        return new StreamObserver<>() {
            @Override
            public void onNext(String text) {
                length.addAndGet(text.length());
            }

            @Override
            public void onError(Throwable thrown) {
                answers.onError(thrown);
            }

            @Override
            public void onCompleted() {
                answers.onNext("" + length.get());
                answers.onCompleted();
            }
        };
    }
}
