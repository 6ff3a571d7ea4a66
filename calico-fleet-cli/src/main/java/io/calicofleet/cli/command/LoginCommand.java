package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.Credentials;
import io.calicofleet.cli.client.DeviceLogin;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Logs a person in at the OpenID provider of a planner. */
@Command(
        name = "login",
        description = "Log in at the OpenID provider of the planner: a browser, here or anywhere, says yes.")
final class LoginCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress planner = new PlannerAddress();

    /** Prints to {@code terminal}. */
    LoginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        FleetClient client = planner.client("");
        JsonNode login = client.get("/login");
        String issuer = login.path("issuer").asText("");
        String clientId = login.path("clientId").asText("");
        if (issuer.isEmpty()) {
            throw CliException.usage("the planner " + client.server()
                    + " has no OpenID provider (planner.access.oidc.issuer): it knows people by --token-file");
        }
        DeviceLogin provider = new DeviceLogin(InstantSource.system());
        DeviceLogin.Asked asked =
                provider.ask(issuer, clientId, login.path("scopes").asText("openid"));
        terminal.line("Open   " + asked.address());
        terminal.line("code   " + asked.code());
        Credentials.Kept kept = provider.await(asked, issuer, clientId);
        try {
            Credentials.ofUser().keep(client.server(), kept);
        } catch (IOException e) {
            throw CliException.failed("what you are known by cannot be kept: " + e.getMessage());
        }
        String token = kept.accessToken() == null ? "" : kept.accessToken();
        JsonNode me = planner.client(token).get("/whoami");
        terminal.line(me.path("name").asText() + " is logged in at " + client.server());
        return ExitCodes.OK;
    }
}
