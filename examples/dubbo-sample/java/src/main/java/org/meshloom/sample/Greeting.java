package org.meshloom.sample;

import java.io.Serializable;
import java.util.Date;

public class Greeting implements Serializable {
    private static final long serialVersionUID = 1L;

    private String text;
    private Date said;

    public Greeting() {}

    public Greeting(String text, Date said) {
        this.text = text;
        this.said = said;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public Date getSaid() {
        return said;
    }

    public void setSaid(Date said) {
        this.said = said;
    }
}
