package org.meshloom.interop.consumer;

/** Something that works. What it throws says that it does not; what it returns is compared between targets. */
@FunctionalInterface
interface Case {
    String run(Target target) throws Exception;
}
