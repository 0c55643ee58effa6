"""The person who logs in, whom a shop has invited, and how far a new shop is set up.

The e-mail address is the user name.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.mail import EmailMessage
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import Shop
from orders.words import Role


class UserManager(BaseUserManager["User"]):
    """Makes users, and finds them by their e-mail in any case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user whose address somebody here vouches for: they need not confirm it.

        Without a password they can only come in by resetting it. Strangers who sign up come
        another way (allauth's), and confirm. Raises ValueError without an e-mail address.
        """
        if not email or "@" not in email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email.strip()), **fields)
        user.set_password(password)
        user.save(using=self._db)
        vouch_for(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may do everything in every shop."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of this address, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an e-mail address and a password."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(
        _("may log in"), default=True, help_text=_("Take this away instead of deleting the user.")
    )
    is_staff = models.BooleanField(
        _("may use the admin site"), default=False, help_text=_("Sees their own shops only.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_in_any_case",
                violation_error_message=_("There is already a user with this e-mail."),
            ),
        )

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """The name, else the e-mail."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """The first name, else what stands before the @."""
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]

    def email_user(self, subject: str, message: str, from_email: str | None = None) -> None:
        """Send this user a plain e-mail."""
        EmailMessage(subject, message, from_email, [self.email]).send()

    @classmethod
    def of_email(cls, email: str) -> "User | None":
        """The user of this address in any case, or None."""
        return cls.objects.filter(email__iexact=email).first()


def vouch_for(user: User) -> None:
    """Take the address of a user who was just made as confirmed."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)


class Invitation(models.Model):
    """Somebody whom an owner asked to join a shop. The row is gone once it is accepted.

    `sent_at` is part of the link's signature, so only the newest link works.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.HELPER)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint("shop", Lower("email"), name="invitation_once_per_shop"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shop}: {self.get_role_display()}"


class SetupStep(models.TextChoices):
    """The guided set-up, in its order."""

    SHOP = "shop", _("Your shop")
    SENDER = "sender", _("How you write")
    CHANNELS = "channels", _("Where you sell")
    LETTER = "letter", _("Your thank-you")
    ORDERS = "orders", _("Your orders")


class Setup(models.Model):
    """How far the guided set-up of a shop has come; shops without a row need none."""

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="setup")
    step = models.CharField(_("step"), max_length=10, choices=SetupStep, default=SetupStep.SHOP)
    # The channels the seller named; empty as long as they were not asked.
    channels = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    left_at = models.DateTimeField(_("put off"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(step__in=SetupStep.values), name="setup_step_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shop}: {self.get_step_display()}"
