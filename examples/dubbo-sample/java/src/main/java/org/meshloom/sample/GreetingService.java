package org.meshloom.sample;

public interface GreetingService {
    Greeting greet(Visitor visitor);
}
