package io.calicofleet.planner;

import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** People the planner under test knows by tokens of its own. */
public final class People {

    /** The token of ada. */
    public static final String ADA = "cft_" + "a".repeat(40);

    /** The token of bob. */
    public static final String BOB = "cft_" + "b".repeat(40);

    private People() {}

    /** A file with the tokens of all of them. */
    public static Path tokens() {
        try {
            Path file = Files.createTempFile("people", ".tokens");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "# people of tests\nada " + ADA + "\nbob " + BOB + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on all requests of this JVM are hers. */
    public static void askAsAda() {
        RestAssured.requestSpecification = new RequestSpecBuilder()
                .addHeader("Authorization", "Bearer " + ADA)
                .build();
    }
}
