package org.meshloom.interop.api;

/** Exported several times, in different groups and versions. */
public interface VariantService {
    /** `group/version` of the implementation that was called. */
    String variant(String value);
}
