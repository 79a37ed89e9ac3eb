package org.meshloom.interop.consumer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ReferenceConfig;

/** Whom the cases are run against: a provider, or a proxy in front of it, and the serialization to ask for; `tri` is Triple with its own. */
final class Target {
    private static final int TIMEOUT_MS = 15_000;

    private final ApplicationConfig application;
    private final String address;
    private final String parameters;
    private final String serialization;
    private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();
    final String name;

    /** `text` is `NAME=HOST:PORT/SERIALIZATION`. */
    Target(ApplicationConfig application, String text, int heartbeat) {
        this.application = application;
        String[] parts = text.split("[=/]");
        name = parts[0];
        serialization = parts[2];
        boolean triple = serialization.equals("tri");
        address = (triple ? "tri://" : "dubbo://") + parts[1];
        parameters = "?heartbeat=" + heartbeat + (triple ? "" : "&serialization=" + serialization);
    }

    /** A reference that a case makes by itself; `service` is for all that need nothing special. */
    <T> ReferenceConfig<T> reference(Class<?> type) {
        ReferenceConfig<T> reference = new ReferenceConfig<>();
        reference.setApplication(application);
        reference.setInterface(type.getName());
        reference.setUrl(address + parameters);
        reference.setTimeout(TIMEOUT_MS);
        // A call that fails is a failure here, whatever a second try would bring.
        reference.setRetries(0);
        reference.setCheck(false);
        return reference;
    }

    /** With more parameters in the address. */
    <T> ReferenceConfig<T> reference(Class<?> type, String more) {
        ReferenceConfig<T> reference = reference(type);
        reference.setUrl(address + parameters + more);
        return reference;
    }

    /** 2.7.3 looks for group and version in the address alone. */
    <T> ReferenceConfig<T> reference(Class<?> type, String group, String version) {
        String withGroup = group == null ? "" : "&group=" + group;
        String withVersion = version == null ? "" : "&version=" + version;
        ReferenceConfig<T> reference = reference(type, withGroup + withVersion);
        reference.setGroup(group);
        reference.setVersion(version);
        return reference;
    }

    <T> T service(Class<T> type) {
        return type.cast(services.computeIfAbsent(type, (missing) -> this.<T>reference(missing).get()));
    }

    boolean speaks(String wanted) {
        return serialization.equals(wanted);
    }
}
