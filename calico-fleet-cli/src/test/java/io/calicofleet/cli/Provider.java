package io.calicofleet.cli;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

/** A real OpenID provider, Spring's, with a person who can log in, by a form or by HTTP Basic, and a public client for the device flow and for a page. */
public final class Provider implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    /** One that runs, on a port of its own. */
    public Provider() {
        SpringApplication application = new SpringApplication(Settings.class);
        application.setDefaultProperties(Map.of(
                "server.port",
                "0",
                "server.address",
                "127.0.0.1",
                "spring.main.banner-mode",
                "off",
                "logging.level.root",
                "OFF"));
        context = application.run();
    }

    /** Its address. */
    public String url() {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    /**
     * Lets a page log people in from now on.
     *
     * @param page its origin
     * @param tokens how long a token lasts from now on
     * @param logins how long it can be had anew
     */
    public void letIn(String page, Duration tokens, Duration logins) {
        ((InMemoryRegisteredClientRepository) context.getBean(RegisteredClientRepository.class))
                .save(client().redirectUri(page + "/login")
                        .tokenSettings(TokenSettings.builder()
                                .accessTokenTimeToLive(tokens)
                                .refreshTokenTimeToLive(logins)
                                .build())
                        .build());
    }

    private static RegisteredClient.Builder client() {
        return RegisteredClient.withId("1")
                .clientId("calico-fleet")
                .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .redirectUri("http://127.0.0.1/login")
                .scope("openid")
                .scope("profile")
                .clientSettings(ClientSettings.builder()
                        .requireAuthorizationConsent(false)
                        .requireProofKey(true)
                        .build());
    }

    @Override
    public void close() {
        context.close();
    }

    /** Believes them. */
    private record PublicClients(RegisteredClientRepository clients) implements AuthenticationProvider {

        @Override
        public Authentication authenticate(Authentication asked) {
            RegisteredClient client = clients.findByClientId(asked.getName());
            return client == null
                    ? null
                    : new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
        }

        @Override
        public boolean supports(Class<?> type) {
            return OAuth2ClientAuthenticationToken.class.isAssignableFrom(type);
        }
    }

    /** What it consists of. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Settings {

        @Bean
        @Order(1)
        SecurityFilterChain protocol(HttpSecurity http, RegisteredClientRepository clients) throws Exception {
            return http.oauth2AuthorizationServer(server -> {
                        http.securityMatcher(server.getEndpointsMatcher());
                        server.oidc(Customizer.withDefaults());
                        server.clientAuthentication(client -> client.authenticationConverter(Settings::publicClient)
                                .authenticationProvider(new PublicClients(clients)));
                        server.deviceAuthorizationEndpoint(Customizer.withDefaults());
                        server.deviceVerificationEndpoint(Customizer.withDefaults());
                    })
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .httpBasic(Customizer.withDefaults())
                    .exceptionHandling(unknown -> unknown.defaultAuthenticationEntryPointFor(
                            new LoginUrlAuthenticationEntryPoint("/login"),
                            new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
                    .cors(Customizer.withDefaults())
                    .csrf(csrf -> csrf.disable())
                    .build();
        }

        /** Where people say who they are. */
        @Bean
        @Order(2)
        SecurityFilterChain form(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .csrf(csrf -> csrf.disable())
                    .build();
        }

        /** A program that anybody has can keep no secret: it says who it is. Spring itself looks at the proof of a page's. */
        private static Authentication publicClient(HttpServletRequest request) {
            String id = request.getParameter("client_id");
            return id == null || request.getParameter("code_verifier") != null
                    ? null
                    : new OAuth2ClientAuthenticationToken(id, ClientAuthenticationMethod.NONE, null, Map.of());
        }

        @Bean
        UserDetailsService people() {
            return new InMemoryUserDetailsManager(User.withUsername("ada")
                    .password("{noop}secret")
                    .roles("USER")
                    .build());
        }

        @Bean
        RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(client().tokenSettings(TokenSettings.builder()
                            .accessTokenTimeToLive(Duration.ofMinutes(5))
                            .build())
                    .build());
        }

        /** Pages may ask from anywhere, as those of other providers that have public clients. */
        @Bean
        CorsConfigurationSource corsConfigurationSource() {
            CorsConfiguration any = new CorsConfiguration();
            any.setAllowedOrigins(List.of("*"));
            any.setAllowedMethods(List.of("GET", "POST"));
            any.setAllowedHeaders(List.of("*"));
            UrlBasedCorsConfigurationSource pages = new UrlBasedCorsConfigurationSource();
            pages.registerCorsConfiguration("/**", any);
            return pages;
        }

        /** A page has its token renewed too, which Spring by itself does for no public client. */
        @Bean
        OAuth2TokenGenerator<OAuth2Token> tokens(
                JWKSource<SecurityContext> keys, OAuth2TokenCustomizer<JwtEncodingContext> claims) {
            JwtGenerator jwt = new JwtGenerator(new NimbusJwtEncoder(keys));
            jwt.setJwtCustomizer(claims);
            return new DelegatingOAuth2TokenGenerator(jwt, Settings::refreshToken);
        }

        private static @Nullable OAuth2Token refreshToken(OAuth2TokenContext asked) {
            Instant now = Instant.now();
            return asked.getTokenType().equals(OAuth2TokenType.REFRESH_TOKEN)
                    ? new OAuth2RefreshToken(
                            UUID.randomUUID().toString(),
                            now,
                            now.plus(asked.getRegisteredClient()
                                    .getTokenSettings()
                                    .getRefreshTokenTimeToLive()))
                    : null;
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims() {
            return token -> token.getClaims()
                    .claim("preferred_username", token.getPrincipal().getName())
                    .claim("groups", List.of("net-ops"));
        }

        @Bean
        JWKSource<SecurityContext> keys() throws Exception {
            RSAKey key = new RSAKeyGenerator(2048).keyID("k1").generate();
            return new ImmutableJWKSet<>(new JWKSet(key));
        }
    }
}
