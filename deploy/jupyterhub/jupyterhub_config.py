"""A hub for a class on one machine: `jupyterhub -f deploy/jupyterhub/jupyterhub_config.py`, as root.

docs/hub.md says how to set it up, what it costs, and what to change. Settings of your own go into a file of
your own, which begins with `load_subconfig("…/deploy/jupyterhub/jupyterhub_config.py")`.
"""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATE = Path(os.environ.get("CRM_HUB_STATE", "/srv/crm/state"))
LOGIN = os.environ.get("CRM_HUB_LOGIN", "native")
sys.path.insert(0, str(HERE))

c = get_config()  # noqa: F821

# One door, on this machine only: put a web server with TLS before it, or set ssl_key and ssl_cert here.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
proxy = HERE / "node_modules" / ".bin" / "configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [str(proxy) if proxy.exists() else shutil.which(proxy.name) or proxy.name]

# Each user: an account of the machine, the course to be read, a home of one's own.
c.JupyterHub.spawner_class = "accounts.CourseSpawner"
c.Spawner.cmd = [sys.executable, str(HERE / "start.py")]
c.Spawner.mem_limit = "3G"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
# A lecture begins for all at once: so many servers start together, the others wait their turn.
c.JupyterHub.concurrent_spawn_limit = 20
c.JupyterHub.active_server_limit = 350

# A server that nobody has used for an hour is ended; what was saved is there at the next login.
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
IDLE = os.environ.get("CRM_HUB_IDLE_SECONDS", "3600")
c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"]}
]

# Who may come in. `native`: people sign up, and an admin lets them in at /hub/authorize.
if LOGIN == "native":
    import nativeauthenticator

    c.JupyterHub.authenticator_class = "native"
    c.JupyterHub.template_paths = [str(Path(nativeauthenticator.__file__).parent / "templates")]
    c.Authenticator.allow_all = True
    c.Authenticator.admin_users = set(os.environ.get("CRM_HUB_ADMINS", "").split())
    c.NativeAuthenticator.minimum_password_length = 10
    c.NativeAuthenticator.check_common_password = True
    c.NativeAuthenticator.allowed_failed_logins = 5
    c.NativeAuthenticator.seconds_before_next_try = 300

# `lti`: the course is a link on the learning platform, whose addresses the platform's administrator names.
if LOGIN == "lti":
    c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
    c.Authenticator.allow_all = True
    c.LTI13Authenticator.issuer = os.environ["CRM_LTI_ISSUER"]
    c.LTI13Authenticator.authorize_url = os.environ["CRM_LTI_AUTHORIZE_URL"]
    c.LTI13Authenticator.jwks_endpoint = os.environ["CRM_LTI_JWKS_ENDPOINT"]
    c.LTI13Authenticator.client_id = set(os.environ["CRM_LTI_CLIENT_ID"].split())
    c.LTI13Authenticator.username_key = "sub"
    c.LTI13Authenticator.tool_name = "Customer relationship management"
    # The platform shows the course inside its own page.
    c.JupyterHub.tornado_settings = {"cookie_options": {"SameSite": "None", "Secure": True}}
