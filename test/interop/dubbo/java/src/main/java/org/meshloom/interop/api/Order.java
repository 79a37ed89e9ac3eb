package org.meshloom.interop.api;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A bean with other beans in it, as services have them. */
public class Order implements Serializable {
    private static final long serialVersionUID = 1L;

    public enum State {
        OPEN,
        SHIPPED,
        RETURNED
    }

    private String id;
    private State state;
    private Date placed;
    private BigDecimal total;
    private Customer customer;
    private List<OrderLine> lines = new ArrayList<>();
    private Map<String, Order> parts = new HashMap<>();

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }

    public State getState() {
        return state;
    }

    public void setState(State state) {
        this.state = state;
    }

    public Date getPlaced() {
        return placed;
    }

    public void setPlaced(Date placed) {
        this.placed = placed;
    }

    public BigDecimal getTotal() {
        return total;
    }

    public void setTotal(BigDecimal total) {
        this.total = total;
    }

    public Customer getCustomer() {
        return customer;
    }

    public void setCustomer(Customer customer) {
        this.customer = customer;
    }

    public List<OrderLine> getLines() {
        return lines;
    }

    public void setLines(List<OrderLine> lines) {
        this.lines = lines;
    }

    public Map<String, Order> getParts() {
        return parts;
    }

    public void setParts(Map<String, Order> parts) {
        this.parts = parts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Order that
                && Objects.equals(id, that.id)
                && state == that.state
                && Objects.equals(placed, that.placed)
                && Objects.equals(total, that.total)
                && Objects.equals(customer, that.customer)
                && Objects.equals(lines, that.lines)
                && Objects.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, state, placed, total);
    }

    @Override
    public String toString() {
        return "Order(" + id + ", " + state + ", " + placed + ", " + total + ", " + customer + ", " + lines + ", " + parts + ")";
    }
}
