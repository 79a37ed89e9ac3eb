package org.meshloom.interop.api;

import java.io.Serializable;
import java.util.Objects;

public class OrderLine implements Serializable {
    private static final long serialVersionUID = 1L;

    private String article;
    private int count;
    private Long grams;
    private boolean gift;
    private double discount;

    public OrderLine() {}

    public OrderLine(String article, int count, Long grams, boolean gift, double discount) {
        this.article = article;
        this.count = count;
        this.grams = grams;
        this.gift = gift;
        this.discount = discount;
    }

    public String getArticle() {
        return article;
    }

    public void setArticle(String article) {
        this.article = article;
    }

    public int getCount() {
        return count;
    }

    public void setCount(int count) {
        this.count = count;
    }

    public Long getGrams() {
        return grams;
    }

    public void setGrams(Long grams) {
        this.grams = grams;
    }

    public boolean isGift() {
        return gift;
    }

    public void setGift(boolean gift) {
        this.gift = gift;
    }

    public double getDiscount() {
        return discount;
    }

    public void setDiscount(double discount) {
        this.discount = discount;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OrderLine that
                && Objects.equals(article, that.article)
                && count == that.count
                && Objects.equals(grams, that.grams)
                && gift == that.gift
                && discount == that.discount;
    }

    @Override
    public int hashCode() {
        return Objects.hash(article, count, grams);
    }

    @Override
    public String toString() {
        return count + " x " + article + " (" + grams + " g, " + gift + ", " + discount + ")";
    }
}
