"""Projects: activities, costs, time and mileage."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPIStream
from tap_economic.streams.roles import PROJECTS, SALES


class ProjectsStream(OpenAPIStream):
    """The projects."""

    name = "projects"
    service = "projectsapi"
    path = "/Projects"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = PROJECTS
    module = "Project"


class ProjectGroupsStream(OpenAPIStream):
    """The project groups."""

    name = "project_groups"
    service = "projectsapi"
    path = "/ProjectGroups"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class ProjectStatusesStream(OpenAPIStream):
    """The statuses of projects."""

    name = "project_statuses"
    service = "projectsapi"
    path = "/ProjectStatuses"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class ProjectCustomersStream(OpenAPIStream):
    """The Project module's variant of customers."""

    name = "project_customers"
    service = "projectsapi"
    path = "/project-customers"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class ProjectEmployeesStream(OpenAPIStream):
    """The Project module's variant of employees, with prices and hours."""

    name = "project_employees"
    service = "projectsapi"
    path = "/project-employees"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class ProjectActivitiesStream(OpenAPIStream):
    """The activities of each project, which time is registered on."""

    name = "project_activities"
    service = "projectsapi"
    path = "/project-activities"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = PROJECTS
    module = "Project"


class ActivitiesStream(OpenAPIStream):
    """The activities with the prices and rules of time registration."""

    name = "activities"
    service = "projectsapi"
    path = "/Activities"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class ActivityGroupsStream(OpenAPIStream):
    """The activity groups."""

    name = "activity_groups"
    service = "projectsapi"
    path = "/ActivityGroups"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class CostTypesStream(OpenAPIStream):
    """The cost types of projects."""

    name = "cost_types"
    service = "projectsapi"
    path = "/CostTypes"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = PROJECTS
    module = "Project"


class CostTypeGroupsStream(OpenAPIStream):
    """The cost type groups."""

    name = "cost_type_groups"
    service = "projectsapi"
    path = "/CostTypeGroups"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class TimeEntriesStream(OpenAPIStream):
    """The hours registered on projects."""

    name = "time_entries"
    service = "projectsapi"
    path = "/TimeEntries"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = PROJECTS
    module = "Project"


class TimeEntryPricesStream(OpenAPIStream):
    """The cost and sales prices of time entries."""

    name = "time_entry_prices"
    service = "projectsapi"
    path = "/TimeEntryPrices"
    primary_keys = ("agreementNumber", "number")
    counted = False
    roles = PROJECTS
    module = "Project"


class MileagesStream(OpenAPIStream):
    """The kilometres registered on projects."""

    name = "mileages"
    service = "projectsapi"
    path = "/Mileages"
    primary_keys = ("agreementNumber", "number")
    roles = PROJECTS
    module = "Project"


class MileagePricesStream(OpenAPIStream):
    """The cost and sales prices of mileages."""

    name = "mileage_prices"
    service = "projectsapi"
    path = "/MileagePrices"
    primary_keys = ("agreementNumber", "number")
    counted = False
    roles = PROJECTS
    module = "Project"


class OpenAPIEmployeesStream(OpenAPIStream):
    """The OpenAPI variant of employees: the same people, other properties."""

    name = "openapi_employees"
    service = "projectsapi"
    path = "/Employees"
    primary_keys = ("agreementNumber", "number")
    roles = SALES
    selected_by_default = False
