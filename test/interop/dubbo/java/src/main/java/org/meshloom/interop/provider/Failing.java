package org.meshloom.interop.provider;

import org.meshloom.interop.api.FailingService;
import org.meshloom.interop.api.OrderRejectedException;
import org.meshloom.interop.api.OutOfStockException;

final class Failing implements FailingService {
    @Override
    public void rejected(String reason, int code) throws OrderRejectedException {
        throw new OrderRejectedException(reason, code);
    }

    @Override
    public void outOfStock(String article) {
        throw new OutOfStockException(article);
    }

    @Override
    public void illegalArgument(String message) {
        throw new IllegalArgumentException(message);
    }
}
