; The Windows installer: for one user, without an administrator, over an older version in place.
;   iscc /DVersion=0.1.0 resources\installers\windows\calmony.iss
; It takes what PyInstaller made: dist\calmony-desktop, and build\calmony\icons\calmony.ico. Records
; lie in %LOCALAPPDATA%\Calmony Desktop, a folder that neither an update nor removal touches.

#ifndef Version
  #error Name the version: iscc /DVersion=0.1.0 calmony.iss
#endif
#define Root "..\..\.."

[Setup]
; Never to change: by this an update finds what it updates.
AppId={{6F3B9C52-6B0B-4C55-9E0C-3A1D5C8E2F47}
AppName=Calmony Desktop
AppVersion={#Version}
AppVerName=Calmony Desktop {#Version}
AppPublisher=Calmony Desktop contributors
AppCopyright=Copyright (C) 2026 Calmony Desktop contributors
VersionInfoVersion={#Version}
PrivilegesRequired=lowest
DefaultDirName={autopf}\Calmony Desktop
DefaultGroupName=Calmony Desktop
DisableDirPage=auto
DisableProgramGroupPage=yes
DisableReadyPage=yes
LicenseFile={#Root}\LICENSE
SetupIconFile={#Root}\build\calmony\icons\calmony.ico
UninstallDisplayIcon={app}\calmony-desktop.exe
UninstallDisplayName=Calmony Desktop
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
; A running window is asked to close; it saves nothing late, so nothing is lost.
CloseApplications=yes
RestartApplications=no
OutputDir={#Root}\dist
OutputBaseFilename=calmony-desktop-{#Version}-windows-x64
WizardStyle=modern
#ifdef Signed
; iscc /DSigned "/Scertificate=signtool sign ... $f"
SignTool=certificate
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "ja"; MessagesFile: "compiler:Languages\Japanese.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one does not must not be found by it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\dist\calmony-desktop\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Calmony Desktop"; Filename: "{app}\calmony-desktop.exe"; AppUserModelID: "com.calmony.Desktop"
Name: "{autodesktop}\Calmony Desktop"; Filename: "{app}\calmony-desktop.exe"; AppUserModelID: "com.calmony.Desktop"; Tasks: desktopicon

[Registry]
; Links: calmony://customers/cus_...
Root: HKA; Subkey: "Software\Classes\calmony"; ValueType: string; ValueData: "URL:Calmony Desktop"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\calmony"; ValueName: "URL Protocol"; ValueType: string; ValueData: ""
Root: HKA; Subkey: "Software\Classes\calmony\DefaultIcon"; ValueType: string; ValueData: "{app}\calmony-desktop.exe,0"
Root: HKA; Subkey: "Software\Classes\calmony\shell\open\command"; ValueType: string; ValueData: """{app}\calmony-desktop.exe"" ""%1"""
; Files: *.calmony. Other programs may have entries of their own below it.
Root: HKA; Subkey: "Software\Classes\.calmony"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.calmony\OpenWithProgids"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.calmony\OpenWithProgids"; ValueName: "Calmony.Database"; ValueType: string; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.calmony"; ValueName: "Content Type"; ValueType: string; ValueData: "application/x-calmony-database"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Calmony.Database"; ValueType: string; ValueData: "Calmony database"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Calmony.Database\DefaultIcon"; ValueType: string; ValueData: "{app}\calmony-desktop.exe,0"
Root: HKA; Subkey: "Software\Classes\Calmony.Database\shell\open\command"; ValueType: string; ValueData: """{app}\calmony-desktop.exe"" ""%1"""
; `calmony` in the Run box and from `start calmony` in a terminal.
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\calmony.exe"; ValueType: string; ValueData: "{app}\calmony.exe"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\calmony-desktop.exe"; ValueType: string; ValueData: "{app}\calmony-desktop.exe"; Flags: uninsdeletekey

[Run]
Filename: "{app}\calmony-desktop.exe"; Description: "{cm:LaunchProgram,Calmony Desktop}"; Flags: nowait postinstall skipifsilent
