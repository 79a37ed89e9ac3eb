package org.meshloom.interop.api;

import java.io.Serializable;
import java.util.Objects;

/** A bean with a field of type float, which not every version of Dubbo carries. */
public class Measurement implements Serializable {
    private static final long serialVersionUID = 1L;

    private String unit;
    private float value;

    public Measurement() {}

    public Measurement(String unit, float value) {
        this.unit = unit;
        this.value = value;
    }

    public String getUnit() {
        return unit;
    }

    public void setUnit(String unit) {
        this.unit = unit;
    }

    public float getValue() {
        return value;
    }

    public void setValue(float value) {
        this.value = value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Measurement that && Objects.equals(unit, that.unit) && value == that.value;
    }

    @Override
    public int hashCode() {
        return Objects.hash(unit, value);
    }

    @Override
    public String toString() {
        return value + " " + unit;
    }
}
