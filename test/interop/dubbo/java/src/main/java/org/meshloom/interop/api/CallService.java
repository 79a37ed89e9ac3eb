package org.meshloom.interop.api;

import java.util.concurrent.CompletableFuture;

/** The ways in which a call can be made, and what travels beside its arguments. */
public interface CallService {
    /** The attachment of that name as the provider sees it. The answer bears attachments of its own: `answered-by` and `saw`. */
    String attachment(String key);

    /** Answers after so many milliseconds, from a thread of the provider's own. */
    CompletableFuture<String> later(String value, long milliseconds);

    /** Answers after so many milliseconds, and holds a thread meanwhile. */
    String slow(String value, long milliseconds);

    /** For one-way calls: nobody hears of it but who asks `noted`. */
    void note(String text);

    /** How often `note` was called with that text. */
    int noted(String text);

    /** The name that the provider was started with. */
    String name();
}
