package io.calicofleet.planner;

import io.calicofleet.fuzz.SoftwareAuthenticator;
import io.calicofleet.planner.core.access.Role;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * People the planner under test knows by tokens of its own: ada and bob may do everything, and for each role there is somebody who has it
 * for everything, somebody who has it for campaigns {@code web-*} on cluster {@code w-1}, and somebody who has it for others.
 */
public final class People {

    /** The token of ada. */
    public static final String ADA = token("ada");

    private static final String OWN = ", campaigns: [\"web-*\"], clusters: {names: [w-1]}";
    private static final String OTHER = ", campaigns: [\"other-*\"], clusters: {names: [o-1]}";

    /** The authenticator of bob. */
    public static final SoftwareAuthenticator BOB =
            new SoftwareAuthenticator("bob-1", "localhost", "http://localhost:8081");

    private People() {}

    /** What somebody has a role for. */
    public enum For {
        ALL(""),
        OWN(People.OWN),
        OTHER(People.OTHER);

        private final String scope;

        For(String scope) {
            this.scope = scope;
        }
    }

    /** Whoever has that role for that. */
    public static String name(Role role, For scope) {
        return role.encode() + "-" + scope.name().toLowerCase(Locale.ROOT);
    }

    /** Their token. */
    public static String token(String name) {
        return "cft_" + name + "-" + "x".repeat(40);
    }

    /** A file with the tokens of all of them. */
    public static Path tokens() {
        List<String> names = new ArrayList<>(List.of("ada", "bob", "nobody", "slack"));
        for (Role role : Role.values()) {
            for (For scope : For.values()) {
                names.add(name(role, scope));
            }
        }
        return written(names.stream().map(name -> name + " " + token(name)).collect(Collectors.joining("\n")));
    }

    /** A file with the roles of all of them. */
    public static Path access() {
        List<String> grants = new ArrayList<>(List.of("  - {role: admin, people: [ada, bob]}"));
        for (Role role : Role.values()) {
            Arrays.stream(For.values())
                    .map(scope ->
                            "  - {role: " + role.encode() + ", people: [" + name(role, scope) + "]" + scope.scope + "}")
                    .forEach(grants::add);
        }
        return written("apiVersion: calico-fleet/v1\nkind: Access\ngrants:\n" + String.join("\n", grants)
                + "\n  - {role: viewer, people: [slack]}\ndelegates:\n- name: slack\n  people:\n"
                + "  - {name: bob, mail: bob@example.com}\n  - {name: nobody}\n  - {name: "
                + name(Role.APPROVER, For.OTHER) + "}");
    }

    /** A file with the passkey of bob. */
    public static Path passkeys() {
        return written(
                "site: {id: localhost, origins: [\"http://localhost:8081\"]}\npeople:\n- name: bob\n  passkeys:\n"
                        + "  - {id: \"" + BOB.id() + "\", publicKey: \"" + BOB.publicKey() + "\"}");
    }

    /** From now on all requests of this JVM are ada's. */
    public static void askAsAda() {
        RestAssured.requestSpecification = new RequestSpecBuilder()
                .addHeader("Authorization", "Bearer " + ADA)
                .build();
    }

    private static Path written(String text) {
        try {
            Path file = Files.createTempFile("people", "");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
