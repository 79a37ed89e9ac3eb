package org.meshloom.sample;

import java.io.Serializable;

public class Visitor implements Serializable {
    private static final long serialVersionUID = 1L;

    private String name;
    private int visits;

    public Visitor() {}

    public Visitor(String name, int visits) {
        this.name = name;
        this.visits = visits;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public int getVisits() {
        return visits;
    }

    public void setVisits(int visits) {
        this.visits = visits;
    }
}
