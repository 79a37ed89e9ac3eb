package org.meshloom.interop;

import java.util.List;
import org.apache.dubbo.config.ArgumentConfig;
import org.apache.dubbo.config.MethodConfig;

/** Says of a method that one of its arguments stays where it is, and is called back. Provider and consumer both have to know. */
public final class Callback {
    private Callback() {}

    public static MethodConfig of(String method, int argument) {
        ArgumentConfig listener = new ArgumentConfig();
        listener.setIndex(argument);
        listener.setCallback(true);
        MethodConfig config = new MethodConfig();
        config.setName(method);
        config.setArguments(List.of(listener));
        return config;
    }
}
