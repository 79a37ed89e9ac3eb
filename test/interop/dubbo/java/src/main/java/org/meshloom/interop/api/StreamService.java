package org.meshloom.interop.api;

import org.apache.dubbo.common.stream.StreamObserver;

/** Streams in either direction, as Triple has them. */
public interface StreamService {
    /** `N LENGTH`: N answers, each a number and so many characters. */
    void count(String request, StreamObserver<String> answers);

    /** One answer, and then a failure with that message. */
    void fail(String request, StreamObserver<String> answers);

    /** Each text is answered at once. */
    StreamObserver<String> echo(StreamObserver<String> answers);

    /** At the end, how many characters came. */
    StreamObserver<String> length(StreamObserver<String> answers);
}
