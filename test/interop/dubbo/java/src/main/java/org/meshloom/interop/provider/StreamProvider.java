package org.meshloom.interop.provider;

import org.meshloom.interop.Options;
import org.meshloom.interop.api.StreamService;

/** `StreamProvider --port N [--name TEXT] [--heartbeat MILLISECONDS]`: the same services as those of Provider, and streams, by Triple. */
public final class StreamProvider {
    private StreamProvider() {}

    public static void main(String[] arguments) throws InterruptedException {
        Options options = new Options(arguments);
        Provider provider = new Provider("tri", options.number("port"), options.number("heartbeat", 60_000));
        provider.exportAll(options.text("name", "provider"));
        provider.service(StreamService.class, new Streams()).export();
        Provider.stay();
    }
}
