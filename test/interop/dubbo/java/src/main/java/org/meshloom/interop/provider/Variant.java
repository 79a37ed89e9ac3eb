package org.meshloom.interop.provider;

import org.meshloom.interop.api.VariantService;

final class Variant implements VariantService {
    private final String variant;

    Variant(String group, String version) {
        variant = group + "/" + version;
    }

    @Override
    public String variant(String value) {
        return variant + " " + value;
    }
}
