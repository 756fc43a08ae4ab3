"""The one settings file: everything an installation may choose comes from the environment.

Every variable is listed in docs/operating.md; a missing one stops the start with a sentence.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str, purpose: str, example: str) -> str:
    """Return a variable that has no default. Raises ImproperlyConfigured with a sentence."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {purpose}, for example {example}")
    return str(value)


def database(name: str) -> dict[str, Any]:
    """Return the connection that the variable `name` describes, with the ledger's schema in sight.

    Temporary tables are looked through last: unnamed, they would be first, and one could stand in
    the ledger's place.
    """
    address = env.db_url(name)
    options = {"options": "-c search_path=public,ledger,pg_temp -c timezone=UTC -c jit=off"}
    return {
        **address,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**address.get("OPTIONS", {}), **options},
        "TIME_ZONE": None,
    }


STATE = Path(env.str("CORPS_STATE", default=str(BASE_DIR / "var")))
TESTING = env.bool("CORPS_TESTING", default=False)
DEMO = env.bool("CORPS_DEMO", default=False)
DEMO_SEEDED = (STATE / "demo-accounts.txt").exists()
REQUIRE_MFA = env.bool("CORPS_REQUIRE_MFA", default=True) or not (DEMO or DEMO_SEEDED)
DEBUG = False

SECRET_KEY = required("SECRET_KEY", "it signs sessions and forms", "50 random characters")
CORPS_URL = env.str("CORPS_URL", default="http://127.0.0.1:8000").rstrip("/")
SECURE = CORPS_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(CORPS_URL).hostname, "localhost"])
CSRF_TRUSTED_ORIGINS = [CORPS_URL]
LETTERHEAD = env.str("CORPS_LETTERHEAD", default="Corps")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Database: the application's role runs everything; the owner's address is given to migrations only.
required("DATABASE_URL", "the application's database", "postgres://corps_app:…@host/corps")
DATABASES = {"default": database("DATABASE_URL")}
if env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = database("DATABASE_OWNER_URL")
DATABASE_APP_ROLE = DATABASES["default"]["USER"] or "corps_app"
DATABASE_LEDGER_ROLE = env.str("DATABASE_LEDGER_ROLE", default="corps_ledger")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The vault
MASTER_KEY = env.str("CORPS_MASTER_KEY", default="")
MASTER_KEY_FILE = env.str("CORPS_MASTER_KEY_FILE", default=str(STATE / "keys" / "master.key"))
MASTER_KEY_COMMAND = env.str("CORPS_MASTER_KEY_COMMAND", default="")

# The ledger: the key that signs its heads, where they are handed outside, who writes entries
LEDGER_KEY_FILE = env.str("CORPS_LEDGER_KEY_FILE", default=str(STATE / "keys" / "ledger.key"))
LEDGER_HEADS_FILE = env.str(
    "CORPS_LEDGER_HEADS_FILE", default=str(STATE / "heads" / "ledger-heads.jsonl")
)
LEDGER_WRITERS = env.list("CORPS_LEDGER_WRITERS", default=[DATABASE_APP_ROLE])
AUDITOR_EMAIL = env.str("CORPS_AUDITOR_EMAIL", default="")

# Identities: how many one person may look at, look up, and open a way to, in a day
REVEALS_A_DAY = env.int("CORPS_REVEALS_A_DAY", default=10)
SEARCHES_A_DAY = env.int("CORPS_SEARCHES_A_DAY", default=60)
PAGES_LOOKED_THROUGH_A_DAY = env.int("CORPS_PAGES_LOOKED_THROUGH_A_DAY", default=300)
INVITATIONS_A_DAY = env.int("CORPS_INVITATIONS_A_DAY", default=40)
DISCARDED_PREVIEWS_A_DAY = env.int("CORPS_DISCARDED_PREVIEWS_A_DAY", default=10)

INSTALLED_APPS = [
    "corps.accounts",
    "corps.vault",
    "corps.audit",
    "corps.outbox",
    "volunteers",
    "deployments.agencies",
    "deployments",
    "deployments.roster",
    "deployments.materials",
    "deployments.liaison",
    "deployments.demo",
    "corps.adminkit.apps.CorpsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_countries",
    "django_htmx",
    "csp",
    "django_linear_migrations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "corps.edges.answers.EdgesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "corps.accounts.sessions.SessionLimitsMiddleware",
    "corps.accounts.middleware.ReaderLanguageMiddleware",
    "corps.edges.answers.IntakeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "corps.audit.middleware.LedgerMiddleware",
    "corps.accounts.middleware.RefusalMiddleware",
    "corps.accounts.middleware.SecondFactorMiddleware",
    "corps.accounts.guessing.GuessingMiddleware",
    "corps.accounts.glass.BreakGlassMiddleware",
]

ROOT_URLCONF = "corps.urls"
WSGI_APPLICATION = "corps.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "corps.accounts.context_processors.installation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "corps.accounts.backends.SignInBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
ACCOUNT_ADAPTER = "corps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # theirs are not atomic: see accounts/guessing.py
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "corps.accounts.adapter.FactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody has an address
MFA_FORMS = {
    "add_webauthn": "corps.accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "corps.accounts.forms.PasskeyForm",
    "login_webauthn": "corps.accounts.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "corps.accounts.forms.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Corps"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_WEBAUTHN_USER_VERIFICATION = "required"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Sessions, cookies, headers
SESSION_ENGINE = "corps.accounts.sessions"
SESSION_COOKIE_AGE = 2 * 60 * 60  # the longest that anybody may be idle; see accounts/roles.py
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY = SECURE, True
DEVICE_COOKIE_NAME = "__Host-device" if SECURE else "device"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_SSL_HOST = urlsplit(CORPS_URL).netloc
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# W021: to be on the lists that browsers are built with is for the owner of the whole domain to ask.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FORCE_SCRIPT_NAME = ""  # else a caller's header SCRIPT_NAME may begin every link of a page
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "upgrade-insecure-requests": SECURE,
        "report-uri": "/reports/csp/",
        "report-to": "csp",
    }
}

# Uploads stay in memory: what people send is never put on the disk in the clear. Each address that
# takes a file stands here (`*` for the object's id), with what tells by its first bytes whether it
# is of the door's kind.
FILE_UPLOAD_HANDLERS = ["corps.edges.bodies.GuardedUpload"]
UPLOAD_DOORS = {
    "/admin/volunteers/importrun/do/upload/": "volunteers.workbook.envelopes.may_begin_a_table",
    "/admin/outbox/message/do/bounce/": "corps.outbox.incoming.may_begin_mail",
    "/admin/liaison/case/do/e-mail/": "corps.outbox.incoming.may_begin_mail",
    "/admin/liaison/case/*/do/reply/": "deployments.liaison.forms.mail.may_begin_an_answer",
    "/admin/liaison/reply/*/do/attach/": "deployments.materials.files.may_begin_a_document",
    "/admin/liaison/letter/*/do/attach/": "deployments.materials.files.may_begin_a_document",
    "/admin/liaison/letter/*/do/acknowledge/": "deployments.materials.files.may_begin_a_document",
    "/admin/materials/material/*/do/add-version/": "deployments.materials.files.may_begin_a_file",
    "/admin/materials/delivery/*/do/acknowledge/": (
        "deployments.materials.files.may_begin_a_document"
    ),
}
UPLOAD_LIMIT = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT + 64 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# Languages and time
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English"), ("uk", "Українська")]
LOCALE_PATHS = [BASE_DIR / "corps" / "locale"]
FORMAT_MODULE_PATH = "corps.locale"
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Seoul"

# Static files: served by the application itself, straight from where they lie.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "corps" / "static"]
STATIC_ROOT = STATE / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_AUTOREFRESH = TESTING

# Files at rest: sealed by corps/vault/files.py, under random names
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "sealed": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.str("CORPS_FILES", default=str(STATE / "files")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# Mail: the server that takes our messages (smtp://user:password@host:587), and whom they are from
SMTP_URL = env.str("CORPS_SMTP_URL", default="")
MAIL_FROM = env.str("CORPS_MAIL_FROM", default="corps@localhost")

# Worker, clock, cache
BROKER_URL = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "seal the ledger": {"task": "corps.audit.tasks.seal_ledger", "schedule": 60.0},
    "purge sessions": {"task": "corps.accounts.tasks.purge_sessions", "schedule": 600.0},
    "forget allowances": {"task": "corps.accounts.tasks.forget_allowances", "schedule": 3600.0},
    "lapse acts of two": {"task": "corps.accounts.tasks.lapse_acts", "schedule": 60.0},
    "expire offers": {"task": "deployments.tasks.expire_offers", "schedule": 60.0},
    "lapse clearances": {"task": "volunteers.tasks.lapse_clearances", "schedule": 600.0},
    "end shares of volunteers": {"task": "volunteers.tasks.end_shares_over", "schedule": 600.0},
    "end shares of deployments": {"task": "deployments.tasks.end_shares_over", "schedule": 600.0},
    "lapse permits": {"task": "deployments.liaison.tasks.lapse_permits", "schedule": 600.0},
    "flag overdue cases": {
        "task": "deployments.liaison.tasks.flag_overdue",
        "schedule": 600.0,
    },
    "remove stray files": {
        "task": "deployments.materials.tasks.remove_strays",
        "schedule": 6 * 3600.0,
    },
    "relay messages": {
        "task": "corps.outbox.tasks.relay_messages",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "purge messages": {"task": "corps.outbox.tasks.purge_messages", "schedule": 3600.0},
    "purge imports": {"task": "volunteers.tasks.purge_imports", "schedule": 600.0},
    "resume imports": {"task": "volunteers.tasks.resume_imports", "schedule": 60.0},
}
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# Partner API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["deployments.agencies.tokens.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "corps.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Corps partner API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "What the organisation shares with an agency, to be read by its own client.",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"AssignmentState": "deployments.queries.partner.READABLE"},
    "SWAGGER_UI_SETTINGS": {"validatorUrl": None, "docExpansion": "list"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Logs say where and what kind, never a value.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "corps.logs.DiscreetFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"fido2": {"level": "WARNING"}},  # it would name every passkey that is used
}
