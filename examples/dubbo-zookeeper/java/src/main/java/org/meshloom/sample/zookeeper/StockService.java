package org.meshloom.sample.zookeeper;

public interface StockService {
    /** How many pieces of the article there are. */
    int count(String article);
}
